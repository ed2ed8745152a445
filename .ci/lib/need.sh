# What the checks need from the machine. Sourced by .ci/run and .ci/test.

# the oldest Go that can fetch the version go.mod asks for
oldest_go=1.21

find_browser() {
	local name
	for name in chromium chromium-browser google-chrome google-chrome-stable; do
		command -v "$name" && return 0
	done
	return 1
}

# find_postgres prints the folder with initdb and pg_ctl.
find_postgres() {
	local dir
	for dir in "$(pg_config --bindir 2>/dev/null || true)" $(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -rV); do
		[ -n "$dir" ] && [ -x "$dir/initdb" ] && [ -x "$dir/pg_ctl" ] && echo "$dir" && return 0
	done
	return 1
}

has_go() {
	command -v go >/dev/null || return 1
	local have
	have=$(GOTOOLCHAIN=local go env GOVERSION | sed 's/^go//')
	[ "$(printf '%s\n' "$oldest_go" "$have" | sort -V | head -1)" = "$oldest_go" ]
}

has_chinese_font() { ! command -v fc-list >/dev/null || [ -n "$(fc-list :lang=zh 2>/dev/null | head -1)" ]; }

# missing_packages prints the Debian packages that would fill the gaps.
missing_packages() {
	command -v git >/dev/null || echo git
	command -v gcc >/dev/null || echo gcc libc6-dev
	find_browser >/dev/null || echo chromium
	find_postgres >/dev/null || echo postgresql
	[ -f /etc/ssl/certs/ca-certificates.crt ] || echo ca-certificates
	command -v fc-list >/dev/null || echo fontconfig fonts-noto-cjk
	has_chinese_font || echo fonts-noto-cjk
}

apt() { DEBIAN_FRONTEND=noninteractive apt-get -y -q -o DPkg::Lock::Timeout=300 -o Acquire::Retries=5 "$@"; }

# install_packages tries three times: mirrors of a new machine are often slow
# to answer at first.
install_packages() {
	local try
	for try in 1 2 3; do
		if apt update >/dev/null && apt install --no-install-recommends "$@" >/dev/null; then
			return 0
		fi
		echo "installing failed (try $try), again in $((try * 10)) s" >&2
		sleep $((try * 10))
	done
	return 1
}

# need_everything installs what is missing where it can, and says what it
# cannot. Only Go and a C compiler are needed always.
need_everything() {
	local packages
	packages=$(missing_packages | tr ' ' '\n' | sort -u | tr '\n' ' ')
	if [ -n "${packages// /}" ]; then
		echo "missing: $packages"
		if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
			# shellcheck disable=SC2086 # a list of words
			install_packages $packages || echo "could not install everything" >&2
		else
			echo "install them, for example: sudo apt-get install $packages"
		fi
	fi
	if ! has_go; then
		echo "Go $oldest_go or newer is missing: https://go.dev/dl/ (the version of go.mod is then fetched by itself)" >&2
		return 1
	fi
	command -v gcc >/dev/null || { echo "a C compiler is missing (SQLite is written in C)" >&2; return 1; }
}
