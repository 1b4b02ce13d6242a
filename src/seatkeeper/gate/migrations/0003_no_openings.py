"""What was opened is told once, in facts of usage."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("gate", "0002_openings_to_spool")]

    operations = [migrations.DeleteModel("Opening")]
