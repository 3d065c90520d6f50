# Call purposes with curl: `sh examples/curl.sh`, with API_URL and TOKEN in the environment.
set -eu
url=${API_URL:-http://localhost:3000/api/v2}

# --globoff leaves the brackets of parameters alone; --fail-with-body ends with a status on 4xx and 5xx.
api() {
  curl --silent --show-error --globoff --fail-with-body \
    -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/vnd.api+json' "$@"
  echo
}

# The first two in display order, with nothing but their names.
api "$url/callPurposes?page[size]=2&fields[callPurpose]=name"

# One more; Location says where it is.
made=$(api -o /dev/null -w '%header{location}' "$url/callPurposes" \
  -d '{"data": {"type": "callPurpose", "attributes": {"name": "Win-back"}}}')

# By name, with what the token may do to it.
api "$url/callPurposes?filter[name]=Win-back&provideAuthorizationMeta=true"

# A change: the id stands in the document too.
api -X PATCH "$made" -d "{\"data\": {\"type\": \"callPurpose\", \"id\": \"${made##*/}\", \"attributes\": {\"order\": 1}}}"

api -X DELETE "$made"
