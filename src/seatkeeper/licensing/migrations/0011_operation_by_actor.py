"""What one actor did is found without reading all operations."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = (("licensing", "0010_alerts_of_pools"),)
    operations = (
        migrations.AddIndex("operation", models.Index(fields=("organization", "actor", "number"), name="operation_of_actor")),
    )
