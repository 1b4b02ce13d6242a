"""Which profiles were merged into which."""

from django.db import migrations, models

import seatkeeper.kernel.profile_json


class Migration(migrations.Migration):
    dependencies = (("licensing", "0006_claims"),)
    operations = (
        migrations.CreateModel(
            name="MergedProfile",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "organization_id", "operation_number", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("organization_id", models.BigIntegerField()),
                ("operation_number", models.BigIntegerField()),
                ("learner_id", models.BigIntegerField()),
                ("into_id", models.BigIntegerField()),
                ("stands", models.BooleanField(default=False)),
                ("memberships", models.JSONField(default=list, encoder=seatkeeper.kernel.profile_json.CanonicalEncoder)),
                ("claims", models.JSONField(default=list, encoder=seatkeeper.kernel.profile_json.CanonicalEncoder)),
                ("activity", models.JSONField(default=dict, encoder=seatkeeper.kernel.profile_json.CanonicalEncoder)),
            ],
            options={"indexes": [models.Index(fields=["organization_id", "into_id"], name="merged_into")]},
        ),
    )
