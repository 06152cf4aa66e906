"""The Responses API: its items and tools as turns and chat options, its replies and events from chat completions.

It knows no gate and no HTTP; what is judged, and when something goes out, is decided elsewhere.
"""
