/** The entry of the desk's bundle, for `/peel/admin` alone. */
import './desk.css';
import './desk.ts';
