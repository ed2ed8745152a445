# The checks themselves, one function each. Sourced by .ci/test.

failed_steps=()
left_out=()

# step runs a check, says how long it took, and remembers when it failed.
step() {
	local name=$1 start=$SECONDS
	shift
	echo "== $name"
	if "$@"; then
		echo "== $name: ok ($((SECONDS - start)) s)"
	else
		echo "== $name: FAILED ($((SECONDS - start)) s)"
		failed_steps+=("$name")
	fi
}

build_tools() {
	go build -C .tools -o "$tmp/bin/" ./tally github.com/golangci/golangci-lint/v2/cmd/golangci-lint
}

# packages lists what is tested on both databases; the browser tests have a
# step of their own.
packages() { go list ./... | grep -v '/internal/e2e$'; }

# check_generated makes the templates' Go files again and compares: they are
# kept in git so that building needs no tool.
check_generated() {
	local before after
	before=$(generated_sums)
	go tool templ generate -path templates >"$tmp/templ.log" 2>&1 || { cat "$tmp/templ.log"; return 1; }
	after=$(generated_sums)
	[ "$before" = "$after" ] && return 0
	echo "generated files were not up to date (they are now; commit them):"
	diff <(echo "$before") <(echo "$after") | sed -n 's/^[<>] [0-9a-f]* */  /p' | sort -u
	return 1
}

generated_sums() { find templates -name '*_templ.go' -print0 | sort -z | xargs -0 sha256sum; }

check_format() {
	local wrong
	wrong=$(git ls-files -co --exclude-standard '*.go' | grep -v '_templ\.go$' | xargs gofmt -l) || return 1
	[ -z "$wrong" ] && return 0
	echo "not formatted (gofmt -w):"
	echo "$wrong"
	return 1
}

check_modules() { go mod verify && go mod tidy -diff; }

check_vet() { go vet ./...; }

check_lint() { "$tmp/bin/golangci-lint" run --concurrency 2; }

# go_test NAME ARGS… runs tests and adds to the counts.
go_test() {
	local name=$1
	shift
	go test -json -vet=off -timeout 15m "$@" 2>&1 | "$tmp/bin/tally" -name "$name" -sum "$tmp/counts"
	# the tally's status says all: go test's own failure shows in its events
}

test_sqlite() {
	# shellcheck disable=SC2046 # a list of words
	TEST_DATABASE_URL='' go_test sqlite -race -shuffle=on $(packages)
}

test_postgres() {
	local bin
	if ! bin=$(find_postgres); then
		needs "PostgreSQL" "tests on PostgreSQL"
		return
	fi
	start_postgres "$bin" || return 1
	# shellcheck disable=SC2046 # a list of words
	TEST_DATABASE_URL=$postgres_url go_test postgres -race -shuffle=on $(packages)
	local status=$?
	stop_postgres
	return $status
}

test_browser() {
	if ! find_browser >/dev/null; then
		needs "Chromium" "browser tests"
		return
	fi
	TEST_DATABASE_URL='' go_test browser ./internal/e2e
}

# needs says that something is missing: a failure in CI, else a gap.
needs() {
	echo "$1 is missing"
	left_out+=("$2")
	[ "${CI:-}" != true ]
}

# as_postgres runs a command as somebody the server accepts: not root.
as_postgres() {
	if [ "$(id -u)" != 0 ]; then
		"$@"
	elif id postgres >/dev/null 2>&1; then
		setpriv --reuid postgres --regid postgres --clear-groups -- "$@"
	else
		setpriv --reuid 65534 --regid 65534 --clear-groups -- "$@"
	fi
}

# start_postgres makes a throwaway cluster that listens on a socket only and,
# being thrown away, need not survive a crash.
start_postgres() {
	postgres_bin=$1
	postgres_dir=$(mktemp -d /tmp/hegui-pg-XXXXXX)
	[ "$(id -u)" = 0 ] && { chown postgres "$postgres_dir" 2>/dev/null || chown 65534 "$postgres_dir"; }
	trap stop_postgres EXIT
	(
		cd "$postgres_dir" || exit 1
		as_postgres "$postgres_bin/initdb" -D "$postgres_dir/data" -A trust -U hegui -E UTF8 --no-sync >"$tmp/initdb.log" 2>&1 &&
			as_postgres "$postgres_bin/pg_ctl" -D "$postgres_dir/data" -w -t 60 -l "$postgres_dir/log" start \
				-o "-c listen_addresses='' -k $postgres_dir -c max_connections=400 -c fsync=off -c full_page_writes=off -c synchronous_commit=off" \
				>>"$tmp/initdb.log" 2>&1
	) || {
		cat "$tmp/initdb.log" "$postgres_dir/log" 2>/dev/null
		return 1
	}
	postgres_url="postgres://hegui@/postgres?host=$postgres_dir"
}

stop_postgres() {
	[ -n "${postgres_dir:-}" ] || return 0
	(cd /tmp && as_postgres "$postgres_bin/pg_ctl" -D "$postgres_dir/data" -m immediate -w stop >/dev/null 2>&1)
	rm -rf "$postgres_dir"
	postgres_dir=
}

# summary prints the counts of all test runs and what failed.
summary() {
	local passed=0 failed=0 skipped=0 p f s
	if [ -f "$tmp/counts" ]; then
		while read -r p f s; do
			passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
		done <"$tmp/counts"
	fi
	echo
	[ ${#left_out[@]} -eq 0 ] || printf 'left out: %s\n' "${left_out[@]}"
	[ ${#failed_steps[@]} -eq 0 ] || printf 'failed: %s\n' "${failed_steps[@]}"
	echo "$passed passed, $failed failed, $skipped skipped ($((SECONDS / 60)) min $((SECONDS % 60)) s)"
	[ ${#failed_steps[@]} -eq 0 ]
}
