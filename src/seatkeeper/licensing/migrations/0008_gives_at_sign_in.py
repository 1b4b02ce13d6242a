"""Whether a pool gives a license to who first signs in."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = (("licensing", "0007_merged_profiles"),)
    operations = (migrations.AddField("licensepool", "gives_at_sign_in", models.BooleanField(db_default=False, default=False)),)
