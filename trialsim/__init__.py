"""trialsim: learn to judge, and to plan, a twenty-patient trial.

The table of contents is `__init__.pyi`: the public names, in the order in which the lessons use them. A module is
imported when one of its names is first asked for, so a lesson waits for nothing that it does not use.
"""

from lazy_loader import attach_stub

__getattr__, __dir__, __all__ = attach_stub(__name__, __file__)
