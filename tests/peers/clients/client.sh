#!/usr/bin/env bash
# A partner at the shell with curl, written from the description of Klavi's API alone: from /auth to a report, which goes to
# KLAVI_HOOK. Knows nothing of this project.
#
#     KLAVI_BASE_URL=… KLAVI_ACCESS_KEY=… KLAVI_SECRET_KEY=… KLAVI_HOOK=… bash client.sh CPF INSTITUTION PRODUCT
#
# Prints a line of JSON for each step. A browser has to open the address of the step "open".
set -euo pipefail
cpf=$1 institution=$2 product=$3
api="$KLAVI_BASE_URL/data/v1"

# call METHOD PATH TOKEN [BODY]
call() {
    local answer status
    answer=$(curl -sS --max-time 30 -w '\n%{http_code}' --request "$1" --url "$api$2" \
        --header 'Accept: application/json' --header 'Content-Type: application/json' \
        ${3:+--header "Authorization: Bearer $3"} ${4:+--data "$4"})
    status=${answer##*$'\n'}
    answer=${answer%$'\n'*}
    printf '%s\n' "$answer"
    [ "$status" = 200 ] || return 1
}

keys=$(jq -nc --arg a "$KLAVI_ACCESS_KEY" --arg s "$KLAVI_SECRET_KEY" '{accessKey: $a, secretKey: $s}')
token=$(call POST /auth '' "$keys" | jq -r .accessToken)
refreshed=$(call GET /refresh "$token")
token=$(jq -r .accessToken <<<"$refreshed")
jq -c '{step: "auth", expireIn: (.expireIn | tonumber)}' <<<"$refreshed"

refused=$(call POST /auth '' '{"accessKey": "a", "secretKey": "wrong"}') && exit 1
jq -c '{step: "refused", status: .statusCode, code: .statusCode, message}' <<<"$refused"

link=$(call POST /links "$token" "$(jq -nc --arg cpf "$cpf" --arg hook "$KLAVI_HOOK" '{
    personalTaxId: $cpf, redirectURL: "https://partner.example/back?session=9",
    productsCallbackURL: {all: $hook}, externalInfo: {client: "curl"}}')")
link_token=$(jq -r .linkToken <<<"$link")
call GET /links/institutions "$link_token" | jq -c '{step: "institutions", codes: map(.institutionCode)}'

consent=$(call POST /consents "$link_token" "$(jq -nc --arg cpf "$cpf" --arg bank "$institution" --arg track "$$-$RANDOM" '{
    personalTaxId: $cpf, institutionCode: $bank, redirectURL: "https://partner.example/back?session=9",
    externalTrackId: $track, validityPeriod: 12}')")
consent_id=$(jq -r .consentId <<<"$consent")
jq -c '{step: "open", url: .consentRedirectURL, consentId}' <<<"$consent"
until [ "$(call GET "/consents/$consent_id" "$token" | jq -r .status)" = AUTHORISED ]; do sleep 0.1; done
call GET /links/institutions/status "$link_token" |
    jq -c '{step: "authorised", selected: map([.institutionCode, .status])}'

request=$(jq -nc --arg cpf "$cpf" --arg bank "$institution" --arg consent "$consent_id" --arg product "$product" \
    --arg hook "$KLAVI_HOOK" '{taxId: $cpf, institutionCode: $bank, consentIds: [$consent], products: [$product],
    productsCallbackURL: {($product): $hook}}')
call POST /personal/institution-data "$token" "$request" | jq -c '{step: "requested", requestId}'

business=$(call POST /personal/institution-data "$token" "$(jq -c '.products = []' <<<"$request")") && exit 1
jq -c '{step: "business", message: "business code \(.statusCode): \(.message)"}' <<<"$business"

listed=$(call GET "/consents?personalTaxId=$cpf" "$token")
call DELETE "/consents/$consent_id/revoke" "$token" >&2
call GET "/consents/$consent_id" "$token" |
    jq -c --argjson listed "$listed" '{step: "revoked", listed: $listed | map(.consentId), status}'
