"""Reports that admins save."""

from django.db import migrations, models
from django.db.models import Q

from seatkeeper.kernel.profile_json import CanonicalEncoder

SCHEDULES = [
    ("none", "Not by mail"),
    ("daily", "Every day"),
    ("weekly", "Every Monday"),
    ("monthly", "On the first day of each month"),
]


class Migration(migrations.Migration):
    initial = True
    dependencies = (("accounts", "0009_audit_erasure"), ("directory", "0010_time_zone"))
    operations = (
        migrations.CreateModel(
            name="SavedReport",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("organization", models.ForeignKey("directory.organization", on_delete=models.CASCADE, db_index=False)),
                ("membership", models.ForeignKey("accounts.membership", on_delete=models.CASCADE, db_index=False)),
                ("name", models.TextField()),
                ("report", models.TextField()),
                ("fields", models.JSONField(default=dict, encoder=CanonicalEncoder)),
                ("schedule", models.TextField(choices=SCHEDULES, default="none")),
                ("next_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [models.Index(fields=["next_at"], condition=Q(next_at__isnull=False), name="saved_report_due")],
                "constraints": [models.UniqueConstraint(fields=("membership", "name"), name="saved_report_name")],
            },
        ),
    )
