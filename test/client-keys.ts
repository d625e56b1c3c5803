/** Keys of API clients in tests: 128 random bits each, as a deployment with a real provider key requires. */
export const CLIENT_KEY = 'pk_dev_7c1e5f0a9b3d2468ace013579bdf2468';
export const OTHER_CLIENT_KEY = 'pk_other_0f1e2d3c4b5a69788796a5b4c3d2e1f0';
