"""Whether an organization's learners sign in."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("directory", "0006_by_activity")]

    operations = [
        migrations.AddField(
            model_name="organizationsettings",
            name="learners_sign_in",
            field=models.BooleanField(db_default=True, default=True),
        )
    ]
