"""Every selection lives in the URL: a copied link opens the same view, and back undoes the last choice.

Widgets here are not bound with `bind=`, which replaces the history: each choice is pushed, and on every run the widget
takes its value from the URL. Call `push` in a callback, which runs before the page, or follow it by `st.rerun()`.
"""

from collections.abc import Callable, Iterable, Sequence

import pandas as pd
import streamlit as st
from pages import VIEWS, file_of

from regtrack.words.markdown import escaped
from showing.drawn import Draw, spec_of

SWEEP = "sweep"
"""The one parameter that a link to another page keeps."""


_PINNED = "pinned sweep"


def param(name: str, default: str = "") -> str:
    """The URL's value, the last where there are several."""
    return st.query_params.get(name, default)


def params(name: str) -> list[str]:
    """All values that the URL gives a name, each once."""
    return list(dict.fromkeys(st.query_params.get_all(name)))


def pin(sweep_id: str) -> None:
    """Remember which sweep is on the page: every choice from here on writes it to the URL, so that a link made today
    does not show tomorrow's newest sweep."""
    st.session_state[_PINNED] = sweep_id


def push(**values: str | float | Iterable[str] | None) -> None:
    """Set these in the URL in one step of its history, and the sweep on the page; None or nothing takes a name out."""
    now = {name: st.query_params.get_all(name) for name in st.query_params}
    new = {SWEEP: _texts(st.session_state.get(_PINNED))} | now | {name: _texts(value) for name, value in values.items()}
    new = {name: texts for name, texts in new.items() if texts}
    if new != now:
        for name in values:
            st.session_state[_pushes(name)] = st.session_state.get(_pushes(name), 0) + 1
        st.query_params.from_dict(new)


def _texts(value) -> list[str]:
    if value is None or value == "":
        return []
    return [str(value)] if isinstance(value, str | int | float) else [str(one) for one in value]


def pick(
    label: str,
    options: Sequence[str],
    *,
    name: str,
    format_func: Callable[[str], str] = str,
    help: str | None = None,
    default: str | None = None,
    takes_out: Sequence[str] = (),
) -> str:
    """A box to choose one of `options` (at least one); without a value in the URL `default`, else the first.

    A choice takes the names in `takes_out`, of what it may have made impossible, out of the URL.
    """
    options = list(options)
    default = options[0] if default is None else default
    asked = param(name, default)
    if asked not in options:
        _fell_back(label, asked, format_func(default))
        asked = default
    key = _key(name)
    st.session_state[key] = asked
    return st.selectbox(
        label, options, key=key, format_func=format_func, help=help, on_change=_write, args=(name, key, takes_out)
    )


def picks(
    label: str,
    options: Sequence[str],
    *,
    name: str,
    format_func: Callable[[str], str] = str,
    help: str | None = None,
    default: Sequence[str] = (),
) -> list[str]:
    """A box to choose any of `options`; without a value in the URL, also when emptied, `default`."""
    asked = params(name) or list(default)
    unknown = [one for one in asked if one not in options]
    if unknown:
        _fell_back(label, ", ".join(unknown), "what is left")
    key = _key(name)
    st.session_state[key] = [one for one in asked if one in options]
    return st.multiselect(
        label, options, key=key, format_func=format_func, help=help, on_change=_write, args=(name, key)
    )


def number(
    label: str, *, name: str, default: float, low: float, high: float, step: float, help: str | None = None
) -> float:
    """A slider from `low` to `high`."""
    asked = param(name, str(default))
    try:
        value = float(asked)
    except ValueError:
        value = float("nan")
    if not low <= value <= high:
        _fell_back(label, asked, f"{default:g}")
        value = default
    key = _key(name)
    st.session_state[key] = float(value)
    return st.slider(
        label, float(low), float(high), step=float(step), key=key, help=help, on_change=_write, args=(name, key)
    )


def text(label: str, *, name: str, help: str | None = None) -> str:
    """A line to type in, stripped."""
    key = _key(name)
    st.session_state[key] = param(name)
    return st.text_input(label, key=key, help=help, on_change=_write, args=(name, key)).strip()


def flag(label: str, *, name: str, default: bool = False, help: str | None = None) -> bool:
    """A switch; in the URL `yes` or `no`."""
    key = _key(name)
    st.session_state[key] = {"yes": True, "no": False}.get(param(name), default)
    return st.toggle(label, key=key, help=help, on_change=_write, args=(name, key))


def fresh_key(name: str) -> str:
    """A key for an element in which `name` is chosen by a click: another one after each choice, and after back.

    An element whose key has not changed keeps what was clicked, and the browser is silent when it is clicked again.
    """
    return f"{_key(name)}:{st.session_state.get(_pushes(name), 0)}:{'|'.join(params(name))}"


def clickable(draw: Draw, table: pd.DataFrame, *, name: str, field: str, **options) -> None:
    """Show the layered chart `draw(table, **options)`; a click on a mark with `field` pushes that value as `name`."""
    spec, key = spec_of(draw, table, **options), fresh_key(name)
    first = spec["layer"][0].setdefault("name", "first")  # what is clicked in one layer is clicked in all
    select = {"type": "point", "fields": [field], "toggle": False}
    spec["params"] = [{"name": "click", "select": select, "views": [first]}]
    st.vega_lite_chart(spec=spec, width="stretch", key=key, on_select=lambda: _clicked(name, field, key))


def page_link(view: str, *, label: str | None = None, icon: str | None = None, **values) -> None:
    """A link to another page, by the name of its file, which keeps the sweep and adds `values` to its URL."""
    kept = {SWEEP: param(SWEEP) or st.session_state.get(_PINNED)} | values
    query = [(name, one) for name, value in kept.items() for one in _texts(value)]
    st.page_link(file_of(view), label=label or VIEWS[view], icon=icon, query_params=query)


def _key(name: str) -> str:
    return f"url:{name}"


def _pushes(name: str) -> str:
    return f"pushes:{name}"


def _write(name: str, key: str, takes_out: Sequence[str] = ()) -> None:
    value = st.session_state[key]
    written = {True: "yes", False: "no"}[value] if isinstance(value, bool) else value
    push(**{name: written}, **dict.fromkeys(takes_out))


def _clicked(name: str, field: str, key: str) -> None:
    marks = st.session_state[key]["selection"].get("click") or []
    if marks and marks[0].get(field) is not None:
        push(**{name: marks[0][field]})


def _fell_back(label: str, asked: str, instead: str) -> None:
    st.caption(
        f"The address asks for {label} {escaped(asked)!s}, which is not here; shown instead: {escaped(instead)}."
    )
