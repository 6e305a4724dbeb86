"""Hostile input, drawn by a seed: texts, values and damaged bytes that nobody would give by mistake alone."""

import random

LONG = 100_000
"""Characters of the longest texts."""
RUN_ME = "touch regtrack-was-run"
"""A shell's command in whatever could be made to run one: no test may find that file."""
FRAGMENTS = (
    "", " ", "\t", "\0", "\n", "\r\n", "\x1b[31m", "\u202e", "\ufeff", "é", "名前", "🏃", "\ud800".encode("utf-16", "surrogatepass").decode("utf-16", "replace"),
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "</script>", "{{7*7}}", "${7*7}", "%s%s%n", "%", "%zz", "%00",
    "$(" + RUN_ME + ")", "`" + RUN_ME + "`", "; " + RUN_ME, "| " + RUN_ME, "' OR 1=1 --", '"; DROP TABLE runs; --', "tags.`x` = 'y'",
    "../../../../etc/passwd", "..", "/", "/dev/zero", "/dev/stdin", "/proc/self/mem", "~", "C:\\", "file:///etc/passwd", "http://127.0.0.1:1/x",
    "nan", "inf", "-inf", "-0", "1e999", "-1", "0", "1", "1e-400", "9" * 400, "0x10", "1_000", "١", "½", "1,5", "true", "null", "None", "[]", "{}",
    "!!python/object/apply:os.system ['" + RUN_ME + "']", "!!python/name:os.system", "&a [*a]", "*a", "<<: *a", "- - - -", "---\n---", "? x", "!!binary =",
    "!!timestamp x", "2025-13-01", "[[[[[[[[", "]]]]", "{{{{", "::", "#", "user:secret@host", "://u:p@h",
)  # fmt: skip


class Hostile:
    """All that is drawn hangs on the seed alone."""

    def __init__(self, seed: int):
        self.rng = random.Random(seed)

    def text(self) -> str:
        """One fragment, several, random characters, or LONG of one of these."""
        kind = self.rng.random()
        if kind < 0.5:
            return self.rng.choice(FRAGMENTS)
        if kind < 0.8:
            return "".join(self.rng.choices(FRAGMENTS, k=self.rng.randint(2, 5)))
        if kind < 0.97:
            return "".join(
                chr(self.rng.choice((self.rng.randint(1, 127), self.rng.randint(128, 0xD7FF))))
                for _ in range(self.rng.randint(1, 40))
            )
        part = self.rng.choice(FRAGMENTS) or "x"
        return (part * (LONG // len(part) + 1))[:LONG]

    def value(self, deep: int = 2) -> object:
        """What a YAML or JSON file may hold."""
        kind = self.rng.randint(0, 9 if deep else 6)
        if kind < 3:
            return self.text()
        if kind < 7:
            return self.rng.choice(
                (None, True, False, 0, 1, -1, 2**63, -(2**70), 0.5, 1e308, float("nan"), float("inf"), 10**400)
            )
        if kind < 9:
            return [self.value(deep - 1) for _ in range(self.rng.randint(0, 4))]
        return {self.text()[:50]: self.value(deep - 1) for _ in range(self.rng.randint(0, 4))}

    def damaged(self, whole: bytes) -> bytes:
        """Cut, with bytes changed, a part left out, doubled, or another text in a place."""
        if self.rng.random() < 0.4:  # one byte, which may well pass for right
            changed = bytearray(whole)
            changed[self.rng.randrange(len(changed))] = self.rng.randrange(256)
            return bytes(changed)
        for _ in range(self.rng.choice((1, 1, 2, 5))):
            place, other = sorted(self.rng.randint(0, len(whole)) for _ in range(2))
            kind = self.rng.randint(0, 5)
            if kind == 0:
                whole = whole[:other]
            elif kind == 1:
                whole = whole[:place] + whole[min(other, place + 64) :]
            elif kind == 2:
                whole = whole[:place] + self.text().encode(errors="replace")[:2000] + whole[place:]
            elif kind == 3:
                whole = whole[:other] + whole[place:other][:4096] + whole[other:]
            else:
                changed = bytearray(whole)
                for _ in range(self.rng.randint(1, 8)):
                    if changed:
                        changed[self.rng.randrange(len(changed))] = self.rng.randrange(256)
                whole = bytes(changed)
        return whole
