"""Numbers to pictures. Pure: no widgets, and no state but one lock round drawing."""

import logging
import sys

if sys.platform == "emscripten":
    # In a browser Python starts anew each time, and matplotlib would tell every reader that it looks for its fonts.
    logging.getLogger("matplotlib.font_manager").setLevel(logging.ERROR)
