"""By which time zone an organization's days begin, and its times are shown."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = (("directory", "0009_sign_in_adds_people"),)
    operations = (migrations.AddField("organizationsettings", "time_zone", models.TextField(db_default="UTC", default="UTC")),)
