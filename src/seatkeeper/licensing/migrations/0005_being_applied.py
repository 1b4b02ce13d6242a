from django.db import migrations, models


class Migration(migrations.Migration):
    """Workers look every few seconds for operations that were cut off."""

    dependencies = [("licensing", "0004_pool_days_from_ledger")]

    operations = [
        migrations.AddIndex(
            model_name="operation",
            index=models.Index(
                fields=("organization", "number"), condition=models.Q(status="applying"), name="operation_being_applied"
            ),
        ),
    ]
