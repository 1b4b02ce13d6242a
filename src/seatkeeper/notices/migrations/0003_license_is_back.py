from django.db import migrations, models


class Migration(migrations.Migration):
    """The kind of mail that tells learners that they have their license again."""

    dependencies = [("notices", "0002_given_up")]

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
                    ("learner_back", "Learner Back"),
                ]
            ),
        ),
    ]
