"""Appointments. The database refuses a second one in the same place (migration 0002)."""

from datetime import timedelta
from typing import Any

from django.db import models

from clinic.models.people import Clinic, Patient
from clinic.models.staff import User

KNOWN_FOR = timedelta(days=365)


class AppointmentQuerySet(models.QuerySet["Appointment"]):
    """Appointments somebody may see."""

    def visible_to(self, user: User) -> "AppointmentQuerySet":
        """The calendar of the user's clinic."""
        return self.filter(clinic_id=user.clinic_id)

    def own_patients(self, user: User) -> "AppointmentQuerySet":
        """The therapist's own appointments, now or in the last 12 months."""
        return self.filter(
            clinic_id=user.clinic_id,
            therapist_id=user.pk,
            cancelled_at=None,
            starts_at__gt=models.functions.Now() - KNOWN_FOR,
        )

    def treated_by(self, user: User) -> "AppointmentQuerySet":
        """Appointments of patients this therapist has, or had in the last 12 months, and of those
        whose urgent call she holds (D-01b)."""
        own = Appointment.objects.own_patients(user).filter(
            patient_id=models.OuterRef("patient_id")
        )
        held = Patient.objects.filter(
            pk=models.OuterRef("patient_id"), tasks__holder_id=user.pk, tasks__closed_at=None
        )
        may_see = models.Exists(own) | models.Exists(held)
        return self.filter(may_see, clinic_id=user.clinic_id)

    def patients_of(self, user: User) -> models.QuerySet[Any, Any]:
        """The keys of the same patients, found from her own on: for lists of what is theirs."""
        own = self.own_patients(user).values("patient_id")
        held = Patient.objects.filter(
            clinic_id=user.clinic_id, tasks__holder_id=user.pk, tasks__closed_at=None
        )
        return own.union(held.values("pk"))

    def standing(self) -> "AppointmentQuerySet":
        """Not cancelled."""
        return self.filter(cancelled_at=None)


class Appointment(models.Model):
    """A patient, a therapist and a time."""

    clinic = models.ForeignKey(Clinic, models.PROTECT)
    patient = models.ForeignKey(Patient, models.PROTECT, db_constraint=False, db_index=False)
    therapist = models.ForeignKey(User, models.PROTECT, db_constraint=False, db_index=False)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    is_overbooked = models.BooleanField(default=False)
    created_by = models.ForeignKey(
        User, models.PROTECT, null=True, db_index=False, related_name="+"
    )
    created_at = models.DateTimeField()
    cancelled_by = models.ForeignKey(
        User, models.PROTECT, null=True, db_index=False, related_name="+"
    )
    cancelled_at = models.DateTimeField(null=True)

    objects = AppointmentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["id", "clinic"], name="appointment_in_clinic"),
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("starts_at")), name="ends_after_start"
            ),
            models.CheckConstraint(
                condition=models.Q(cancelled_at=None, cancelled_by=None)
                | models.Q(cancelled_at__isnull=False, cancelled_by__isnull=False),
                name="cancelled_by_somebody",
            ),
        ]
        indexes = [
            models.Index(
                fields=["clinic", "starts_at", "id"],
                name="calendar_of_clinic",
                condition=models.Q(cancelled_at=None),
            ),
            models.Index(
                fields=["therapist", "starts_at", "id"],
                name="calendar_of_therapist",
                condition=models.Q(cancelled_at=None),
            ),
            models.Index(fields=["patient", "starts_at"], name="visits_of_patient"),
        ]

    def __str__(self) -> str:
        return str(self.pk)
