"""A server, a script or a notebook in Python, without packages. It prints the address of the kept picture.

    PEEL_URL=https://YOUR-WORKER PEEL_KEY=pk_... python3 server.py "A fox reading a newspaper"

The key is a client key of your worker, not Google's: make one on the desk, under Keys. It stays on the server.
"""

import json
import os
import sys
from urllib.error import HTTPError
from urllib.request import Request, urlopen

MODEL = "gemini-nano-banana-2.1"


def draw(words: str) -> str:
    """Returns the picture's address. Raises ValueError with Peel's words where there is none."""
    request = Request(
        f"{os.environ['PEEL_URL']}/v1beta/models/{MODEL}:generateContent",
        data=json.dumps({"contents": [{"parts": [{"text": words}]}]}).encode(),
        headers={
            "content-type": "application/json",
            "x-goog-api-key": os.environ["PEEL_KEY"],
            # The answer has the picture's address in place of its bytes.
            "peel-images": "link",
        },
    )
    try:
        # New pictures take up to a minute, kept ones a moment.
        with urlopen(request, timeout=120) as response:
            answer = json.load(response)
    except HTTPError as error:
        # Refusals say what is wrong and, where waiting helps, how long.
        raise ValueError(json.load(error)["error"]["message"]) from None
    for candidate in answer.get("candidates", []):
        for part in candidate.get("content", {}).get("parts", []):
            if "fileData" in part:
                return part["fileData"]["fileUri"]
    raise ValueError("The model drew nothing; the reason is in the answer's finishReason.")


if __name__ == "__main__":
    try:
        print(draw(sys.argv[1]))
    except ValueError as error:
        sys.exit(str(error))
