"""How names get written wrongly, from the habits of keyboards, ears and alphabets.

Written apart from `cadra.keeper.names`, and not to be changed when the matcher changes: otherwise measuring would be
asking the matcher's rules about themselves. Each habit is taken up letter by letter by chance, as people do.
"""

import random
from collections.abc import Callable
from itertools import pairwise

from cadra.keeper.tests.corpus import Corpus, Invented
from cadra.keeper.tests.name_lists import SHORT_FORMS

Habit = dict[str, tuple[str, ...]]

_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")


def _neighbours() -> dict[str, str]:
    beside: dict[str, set[str]] = {}
    for row in _ROWS:
        for one, other in pairwise(row):
            beside.setdefault(one, set()).add(other)
            beside.setdefault(other, set()).add(one)
    for above, below in pairwise(_ROWS):
        for one, other in (*zip(above, below, strict=False), *zip(above[1:], below, strict=False)):
            beside.setdefault(one, set()).add(other)
            beside.setdefault(other, set()).add(one)
    # On Albanian and Serbian keyboards y and z change places.
    beside["y"].add("z")
    beside["z"].add("y")
    return {key: "".join(sorted(keys)) for key, keys in beside.items()}


_BESIDE = _neighbours()


def _habit(text: str) -> Habit:
    """'q=ç,c,ky' … as a table; '-' stands for nothing."""
    pairs = (part.split("=") for part in text.split())
    return {heard: tuple("" if way == "-" else way for way in ways.split(",")) for heard, ways in pairs}


_HEARD = _habit(
    """
    q=ç,c,k,ky ç=q,c,s c=s,ç,x gj=xh,g,dj,gi xh=gj,zh,dh,x dh=d,z,th th=t,f,dh sh=s,zh,ç zh=sh,xh,z nj=n,ni,gn
    ll=l rr=r x=z,xh ë=-,e,a y=i,u j=i,- h=- b=p p=b d=t t=d g=k k=g v=f f=v m=n n=m o=u u=o e=i,a,ë i=e,j a=e z=s s=z
    č=ć,c,š ć=č,q,k đ=dž,d,g dž=đ,ž š=s,ž ž=z,š lj=l,li
    """
)
_ITALIAN = _habit(
    """
    xh=gi,g,j gj=gi,g,gj sh=sc,sci,sh q=ch,c,q ç=c,ci,ç nj=gn,ni,n zh=g,j,z dh=d th=t ll=l,ll rr=r,rr y=i,y ë=e,-,a
    j=i,j x=z,ds k=c,k c=z,c š=sc,s ž=z,g č=c,ci ć=c,ch đ=gi,d dž=gi,g lj=gli,li
    """
)
_GERMAN = _habit(
    """
    xh=dsch,dj,xh gj=dj,gj,g sh=sch,sh q=tj,tsch,q,k ç=tsch,c nj=nj,ni zh=sch,j dh=d th=t ll=l,ll rr=r,rr y=ü,y ë=e,ö
    j=j x=ds,x c=z,c z=s,z v=w,v š=sch,s ž=sch,z č=tsch,c ć=tsch,tj,c đ=dj,d dž=dsch lj=lj,li
    """
)
_ENGLISH = _habit(
    """
    xh=j,dj,xh gj=g,j,gy sh=sh,s q=ch,ky,q ç=ch,c nj=ny,n zh=zh,j dh=th,d th=th,t ll=l,ll rr=r y=y,u,i ë=e,-,uh j=y,i,j
    x=dz,x c=ts,c u=u,oo i=i,ee š=sh,s ž=zh,z č=ch,c ć=ch,c đ=dj,d dž=j lj=ly,l
    """
)
_SERBIAN_EAR = _habit(
    """
    xh=dž,đ,dz gj=đ,dj sh=š,s q=ć,č,k ç=č,c nj=nj zh=ž,z dh=d th=t ll=l rr=r y=i,u ë=e,- x=dz,z c=c h=h,- lj=lj
    """
)
_ALBANIAN_EAR = _habit("dž=xh đ=gj,xh š=sh,s ć=q,ç č=ç,q ž=zh,z lj=lj,l nj=nj c=c,ç ije=ie,je")
_TO_LATIN_SERBIAN = _habit("xh=dž gj=đ sh=š q=ć ç=č zh=ž dh=d th=t ll=l rr=r y=i ë=e x=dz")
_TO_MACEDONIAN = _habit(
    """
    xh=џ gj=ѓ sh=ш q=ќ ç=ч zh=ж dh=д th=т ll=л,ль rr=р y=у,и ë=е,- x=ѕ nj=њ lj=љ j=ј š=ш č=ч ć=ќ đ=ѓ dž=џ ž=ж
    """
)
_CYRILLIC = _habit("dž=џ lj=љ nj=њ dz=ѕ š=ш ž=ж č=ч ć=ћ đ=ђ") | {
    latin: (cyrillic,) for latin, cyrillic in zip("abvgdezijklmnoprstufhc", "абвгдезијклмнопрстуфхц", strict=True)
}
_GREEK = _habit(
    """
    xh=τζ gj=γκι,γκ sh=σ q=κι,τσ ç=τσ nj=νι zh=ζ dh=δ th=θ ll=λ,λλ rr=ρ,ρρ y=ι,υ ë=ε,ι,- j=ι,γι x=τζ,ντζ c=τσ b=μπ
    d=ντ g=γκ h=χ aj=αϊ,άι š=σ ž=ζ č=τσ ć=τσ,κι đ=τζ,γκι dž=τζ u=ου v=β a=α e=ε,αι f=φ i=ι,η k=κ l=λ m=μ n=ν o=ο,ω p=π
    r=ρ s=σ t=τ z=ζ
    """
)
_UNMARKED = _habit("ë=e ç=c š=s ž=z č=c ć=c đ=d,dj")


class Slips:
    """Writes a person's name as strangers, hurried colleagues and other alphabets write it."""

    def __init__(self, seed: int, corpus: Corpus) -> None:
        self._chance = random.Random(seed)
        self._corpus = corpus

    def kinds(self) -> dict[str, Callable[[Invented], str]]:
        """The misspelt, reordered and transliterated: what recall is promised for."""
        return {
            "typed wrong": lambda who: self._typed(who.name, 1),
            "typed wrong twice": lambda who: self._typed(who.name, 2),
            "heard wrong": self._heard,
            "without marks": lambda who: self._rewritten(who.name, _UNMARKED, always=True),
            "in another order": self._reordered,
            "Italian, German, English ear": self._foreign,
            "the neighbour's Latin letters": self._neighbour,
            "Cyrillic": self._cyrillic,
            "Greek letters": self._greek,
            "several at once": self._several,
        }

    def harder(self) -> dict[str, Callable[[Invented], str]]:
        """Not misspelt but partly another name: measured apart, since a name alone may not carry it."""
        return {
            "a married name added": self._married,
            "father's name left out": self._without_father,
            "father's name added": self._with_father,
            "a short form": self._short,
        }

    def birth_year(self, who: Invented) -> int:
        """A birth year as people give it: mostly right, often one off, sometimes two digits swapped."""
        draw = self._chance.random()
        if draw < 0.75:
            return who.year
        if draw < 0.95:
            return who.year + self._chance.choice((-1, 1))
        text = str(who.year)
        return int(text[:2] + text[3] + text[2])

    def _typed(self, name: str, slips: int) -> str:
        for _ in range(slips):
            name = self._slip(name.lower())
        return name

    def _slip(self, name: str) -> str:
        letters = list(name)
        place = self._chance.choice([i for i, letter in enumerate(letters) if letter.isalpha()])
        kind = self._chance.choices(("miss", "double", "swap", "beside", "extra"), weights=(25, 15, 20, 30, 10))[0]
        beside = self._chance.choice(_BESIDE.get(letters[place], "e"))
        if kind == "miss":
            del letters[place]
        elif kind == "double":
            letters.insert(place, letters[place])
        elif kind == "swap" and place + 1 < len(letters) and letters[place + 1].isalpha():
            letters[place], letters[place + 1] = letters[place + 1], letters[place]
        elif kind == "extra":
            letters.insert(place, beside)
        else:
            letters[place] = beside
        return "".join(letters)

    def _heard(self, who: Invented) -> str:
        """One or two sounds taken for others."""
        name = who.name.lower()
        for _ in range(self._chance.choice((1, 1, 2))):
            places = [(i, piece) for i, piece in _pieces(name, _HEARD) if piece in _HEARD]
            if places:
                place, piece = self._chance.choice(places)
                name = name[:place] + self._chance.choice(_HEARD[piece]) + name[place + len(piece) :]
        return name

    def _foreign(self, who: Invented) -> str:
        return self._rewritten(who.name, self._chance.choice((_ITALIAN, _ITALIAN, _GERMAN, _ENGLISH)))

    def _neighbour(self, who: Invented) -> str:
        return self._rewritten(who.name, _ALBANIAN_EAR if who.people == "serbian" else _SERBIAN_EAR)

    def _cyrillic(self, who: Invented) -> str:
        name = who.name.lower()
        if self._chance.random() < 0.3:
            name = self._rewritten(name, _TO_MACEDONIAN, always=True)
        elif who.people != "serbian":
            name = self._rewritten(name, _TO_LATIN_SERBIAN, always=True)
        return self._rewritten(name, _CYRILLIC, always=True).title()

    def _greek(self, who: Invented) -> str:
        name = self._rewritten(who.name, _GREEK, always=True)
        return " ".join(part[:-1] + "ς" if part.endswith("σ") else part for part in name.split()).title()

    def _reordered(self, who: Invented) -> str:
        parts = who.name.split()
        if self._chance.random() < 0.3:
            return f"{parts[-1].upper()}, {' '.join(parts[:-1])}"
        if len(parts) == 2 or self._chance.random() < 0.5:
            return " ".join([parts[-1], *parts[:-1]])
        return " ".join(reversed(parts))

    def _several(self, who: Invented) -> str:
        heard = self._heard(who) if self._chance.random() < 0.5 else self._foreign(who)
        parts = self._slip(heard).split()
        return " ".join([parts[-1], *parts[:-1]]) if self._chance.random() < 0.5 else " ".join(parts)

    def _married(self, who: Invented) -> str:
        other = self._corpus.person().name.split()[-1]
        return who.name + self._chance.choice((" ", "-")) + other

    def _without_father(self, who: Invented) -> str:
        parts = who.name.split()
        return f"{parts[0]} {parts[-1]}"

    def _with_father(self, who: Invented) -> str:
        parts = who.name.split()
        return " ".join([parts[0], self._corpus.person().name.split()[0], *parts[1:]])

    def _short(self, who: Invented) -> str:
        """A short form in use, or the beginning or end of the given name with an ending."""
        given, *rest = who.name.split()
        short = SHORT_FORMS.get(given)
        if short is None:
            short = given[:4] if self._chance.random() < 0.5 else given[-4:].title()
            short = short.rstrip("aeiouyë") + self._chance.choice("ia")
        return " ".join([short, *rest])

    def _rewritten(self, name: str, habit: Habit, *, always: bool = False) -> str:
        out = []
        for _, piece in _pieces(name.lower(), habit):
            taken = piece in habit and (always or self._chance.random() < 0.8)
            out.append(self._chance.choice(habit[piece]) if taken else piece)
        return "".join(out)


def _pieces(name: str, habit: Habit) -> list[tuple[int, str]]:
    """The name cut into the habit's pieces, longest first, from left to right; each with its place."""
    found, place = [], 0
    while place < len(name):
        length = next((n for n in (3, 2) if name[place : place + n] in habit), 1)
        found.append((place, name[place : place + length]))
        place += length
    return found
