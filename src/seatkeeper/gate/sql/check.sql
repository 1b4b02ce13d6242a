-- asked_by_session --
-- All that the gate needs of a browser's request: a row for each license of who asks, and one where there is none.
SELECT home.id, content.id, content.title, content.is_free, opener.license_type_id,
       account.id, account.password, session.session_data,
       learner.id, learner.email, learner.unique_user_id, learner.suspended_at,
       license.status, license.status_at, operation.verb, license.was_active,
       COALESCE(chosen.learners_sign_in, TRUE)
  FROM directory_organization AS home
  LEFT JOIN directory_organizationsettings AS chosen ON chosen.organization_id = home.id
  LEFT JOIN {content} AS content ON 1 = 1
  LEFT JOIN django_session AS session ON session.session_key = %(secret)s AND session.expire_date > %(now)s
  LEFT JOIN usersessions_usersession AS seen ON seen.session_key = session.session_key
  LEFT JOIN accounts_account AS account ON account.id = seen.user_id AND account.is_active
  LEFT JOIN accounts_membership AS membership
         ON membership.organization_id = home.id AND membership.account_id = account.id
  LEFT JOIN directory_learner AS learner ON learner.id = membership.learner_id AND learner.organization_id = home.id
{licenses}
 WHERE home.id = {home};

-- asked_by_token --
-- The same of an application's request about a learner. No row: the token is not good, or not for this.
SELECT home.id, content.id, content.title, content.is_free, opener.license_type_id,
       token.id, token.scopes, '',
       learner.id, learner.email, learner.unique_user_id, learner.suspended_at,
       license.status, license.status_at, operation.verb, license.was_active, TRUE
  FROM accounts_apitoken AS token
  JOIN directory_organization AS home ON home.id = token.organization_id
  LEFT JOIN {content} AS content ON 1 = 1
  LEFT JOIN directory_learner AS learner ON learner.organization_id = home.id AND learner.{asked_for} = %(learner)s
{licenses}
 WHERE token.digest = %(secret)s AND token.revoked_at IS NULL AND token.expires_at > %(now)s
   AND %(organization)s IN ('', home.slug);

-- content_of_address --
(SELECT found.id, found.title, found.is_free FROM gate_content AS found
  WHERE found.organization_id = {home} AND found.removed_at IS NULL AND found.path {in_paths}
    AND found.host IN ('', %(host)s)
  ORDER BY LENGTH(found.path) DESC, found.host DESC LIMIT 1)

-- content_of_id --
(SELECT found.id, found.title, found.is_free FROM gate_content AS found
  WHERE found.organization_id = {home} AND found.removed_at IS NULL AND found.id = %(content)s)

-- licenses --
  LEFT JOIN licensing_license AS license
         ON license.organization_id = home.id AND license.learner_id = learner.id
  LEFT JOIN licensing_licensepool AS pool ON pool.id = license.pool_id
  LEFT JOIN gate_opener AS opener
         ON opener.content_id = content.id AND opener.license_type_id = pool.license_type_id
  LEFT JOIN licensing_operation AS operation
         ON operation.organization_id = home.id AND operation.number = license.operation_id AND license.status = 0

-- organization_named --
(SELECT id FROM directory_organization WHERE slug = %(organization)s)

-- organization_alone --
(SELECT CASE WHEN COUNT(*) = 1 THEN MIN(id) END FROM (SELECT id FROM directory_organization LIMIT 2) AS there)

-- organization_of_token --
(SELECT organization_id FROM accounts_apitoken WHERE digest = %(secret)s)
