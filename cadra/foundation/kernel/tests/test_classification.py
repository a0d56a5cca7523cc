"""A model that hides how private its fields are is found out."""

from django.db import models

from cadra.foundation.kernel.classification import classification, gaps


class Base(models.Model):
    kind = models.TextField()
    classified = {"id": "operational", "kind": "operational"}
    retention = "with the file"

    class Meta:
        abstract = True
        app_label = "kernel_tests"


class Whole(Base):
    name = models.TextField()
    classified = {"name": "identity"}
    retention = {"name": "until erased"}

    class Meta:
        app_label = "kernel_tests"


class Holed(Base):
    name = models.TextField()
    note = models.TextField()
    classified = {"note": "secret", "nope": "public"}

    class Meta:
        app_label = "kernel_tests"


class Swept(Base):
    name = models.TextField()
    note = models.TextField()
    classified = {"*": "operational", "name": "identity"}

    class Meta:
        app_label = "kernel_tests"


class Silent(models.Model):
    class Meta:
        app_label = "kernel_tests"


def test_declarations_of_the_base_are_inherited():
    assert classification(Whole) == [
        ("id", "operational", "with the file"),
        ("kind", "operational", "with the file"),
        ("name", "identity", "until erased"),
    ]
    assert gaps(Whole) == []


def test_what_is_left_out_or_misspelt_is_named():
    assert gaps(Holed) == [
        "Holed.name is not classified: say one of identity, sensitive, operational, public.",
        "Holed.note is classified as 'secret', which is not one of identity, sensitive, operational, public.",
        "Holed.classified names 'nope', which is not a field.",
    ]


def test_what_stands_beside_something_private_is_classified_by_name():
    assert gaps(Swept) == ["Swept holds something private: classify each of its fields by name, not all at once."]


def test_a_silent_model_is_not_whole():
    assert gaps(Silent) == [
        "Silent.id is not classified: say one of identity, sensitive, operational, public.",
        "Silent.id has no retention rule.",
    ]
