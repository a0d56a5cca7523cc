"""Addresses of mechanism."""

from django.urls import path

from cadra.steering.mechanism.views import (
    consents,
    custody,
    emergency,
    file,
    files,
    home,
    moving,
    notes,
    people,
    reach,
    record,
)

app_name = "mechanism"
FILE = "files/<uuid:case_id>/"
urlpatterns = [
    path("", home.home, name="home"),
    path("files/", files.files, name="files"),
    path(FILE, file.file, name="file"),
    path(f"{FILE}take/", custody.take, name="take"),
    path(f"{FILE}stage/", moving.stage, name="stage"),
    path(f"{FILE}stage/close/", moving.close, name="stage_close"),
    path(f"{FILE}stage/second-look/", moving.second_look, name="stage_second"),
    path(f"{FILE}stage/reopen/", moving.reopen, name="stage_reopen"),
    path(f"{FILE}identity/", record.identity, name="identity"),
    path(f"{FILE}identity/close/", record.identity_close, name="identity_close"),
    path(f"{FILE}identity/edit/", record.identity_edit, name="identity_edit"),
    path(f"{FILE}profile/", record.profile_edit, name="profile"),
    path(f"{FILE}contact/", reach.contact, name="contact"),
    path(f"{FILE}contact/<int:number>/", reach.reach, name="contact_reach"),
    path(f"{FILE}contact/made/<uuid:contact_made_id>/", reach.made, name="contact_made"),
    path(f"{FILE}contact/edit/", record.contact_edit, name="contact_edit"),
    path(f"{FILE}notes/", notes.notes, name="notes"),
    path(f"{FILE}notes/<uuid:note_id>/", notes.note, name="note"),
    path(f"{FILE}team/", people.team, name="team"),
    path(f"{FILE}seen/", people.seen, name="seen"),
    path(f"{FILE}refusals/", people.refusals, name="refusals"),
    path(f"{FILE}refusals/new/<int:principal>/", people.refusal_new, name="refusal_new"),
    path(f"{FILE}refusals/<uuid:refusal_id>/lift/", people.refusal_lift, name="refusal_lift"),
    path(f"{FILE}consents/", consents.consents, name="consents"),
    path(f"{FILE}consents/new/", consents.consent_new, name="consent_new"),
    path(f"{FILE}consents/<uuid:consent_id>/", consents.consent, name="consent"),
    path(f"{FILE}consents/<uuid:consent_id>/withdraw/", consents.withdraw, name="consent_withdraw"),
    path("emergency/", emergency.emergency, name="emergency"),
    path("reviews/", emergency.reviews, name="reviews"),
    path("reviews/<uuid:opening_id>/", emergency.review, name="review"),
]
