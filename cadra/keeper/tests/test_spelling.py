"""One name has many spellings; two names are not one."""

import pytest

from cadra.keeper.names.spelling import fold, folds, plain

SAME = [
    ("Hoxha", "Хоџа", "Hodža", "Hodza", "Χότζα", "Hoxha."),
    ("Gjergji", "Đerđi", "Ѓерѓи", "Djerdji", "Gjergj'i"),
    ("Krasniqi", "Krasnići", "Красниќи", "Krasnichi"),
    ("Shehu", "Šehu", "Шеху", "Schehu", "Sehu"),
    ("Çela", "Čela", "Чела", "Cela", "Chela", "Tschela"),
    ("Xhemal", "Džemal", "Џемал", "Dzhemal", "Dschemal"),
    ("Thanas", "Tanas", "Θάνας"),
    ("Lleshi", "Leshi", "Leši"),
    ("Dhimitër", "Dimiter", "DHIMITER"),
    ("Ђорђевић", "Đorđević", "Djordjevic", "Gjorgjeviq"),
    ("Живковић", "Živković", "Zivkovic", "Zhivkoviq"),
    ("Njazi", "Њази", "Nyazi"),
    ("Bajram", "Bairam", "Bayram", "Μπαϊράμ"),
]
DIFFERENT = [("Hoxha", "Hysa"), ("Arta", "Drita"), ("Marku", "Berisha"), ("Gashi", "Kola"), ("Agim", "Arben")]


def sounds(name: str) -> set[str]:
    (token,) = plain(name)
    return set(folds(token))


@pytest.mark.parametrize("spellings", SAME, ids=lambda names: names[0])
def test_spellings_of_one_name_meet(spellings):
    first = sounds(spellings[0])
    assert [name for name in spellings[1:] if not sounds(name) & first] == []


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_different_names_stay_apart(one, other):
    assert not sounds(one) & sounds(other)


def test_english_j_meets_albanian_xh():
    assert sounds("Jemal") & sounds("Xhemal")


def test_hyphens_and_spaces_part_a_name_and_apostrophes_do_not():
    assert plain("Gjoka-Marku  D'Angelo") == ["gjoka", "marku", "dangelo"]


@pytest.mark.parametrize("odd", ["", "   ", "123", "--", "ъь", "h", "李娜", "🙂", "\x00", "Ё" * 500])
def test_odd_input_never_fails(odd):
    for token in plain(odd):
        assert fold(token)
