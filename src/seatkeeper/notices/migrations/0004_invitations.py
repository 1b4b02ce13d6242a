from django.db import migrations, models


class Migration(migrations.Migration):
    """The kinds of mail to who is invited."""

    dependencies = [("notices", "0003_license_is_back")]

    operations = [
        migrations.AlterField(
            model_name="mail",
            name="kind",
            field=models.TextField(
                choices=[
                    ("notice", "Notice"),
                    ("test", "Test"),
                    ("sign_in_link", "Sign In Link"),
                    ("ready", "Ready"),
                    ("learner", "Learner"),
                    ("invitation", "Invitation"),
                    ("reminder", "Reminder"),
                    ("learner_back", "Learner Back"),
                ]
            ),
        ),
    ]
