"""The kit: panels, controls, questions, cards, tables and kept work. It knows no medicine and no statistics.

A panel is a picture, and a function that draws it from a few controls. What a lesson must tell the kit is handed to it:
the course, the misconceptions behind wrong answers, what reads a file.

>>> from trialsim.figures.svg import draw_whole
>>> from trialsim.widgets.controls import Select, Slider
>>> from trialsim.widgets.panel import Panel, View
>>> shape = Select("shape", "Shape", {"straight": "Straight", "bent": "Bent"})
>>> steps = Slider("n", "Steps", 2, 20, 1, 8)
>>> def draw(state):
...     heights = [k if state["shape"] == "straight" else k * k / 20 for k in range(state["n"])]
...     picture = draw_whole(lambda figure: figure.add_subplot().plot(heights))
...     return View(picture, f"After {state['n']} steps it is at {heights[-1]:g}.", "A line that rises.")
>>> panel = Panel("How high does it get?", (shape, steps), draw)
>>> panel.view(n=12).sentence
'After 12 steps it is at 11.'

In a notebook, `Explorer(panel)` shows it as the lessons do, with every state of a control at hand. `panel.interact()`
builds it of ordinary Jupyter widgets, and `steps.widget()` is a slider. All stand in boxes and tabs of `ipywidgets`:

>>> box = panel.interact()
>>> box.children[1].value = 5
>>> box.children[-2].value
'After 5 steps it is at 4.'
"""
