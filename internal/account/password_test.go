package account

import (
	"strings"
	"testing"

	"hegui/internal/problem"
)

func TestValidatePassword(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, password, want string }{
		{"a sentence", "seven purple bicycles", ""},
		{"a Chinese sentence counts characters, not bytes", "今天下午三点在老地方喝茶吧", ""},
		{"eleven characters", "abcdefghijk", "account.password.short"},
		{"eleven Chinese characters", "一二三四五六七八九十百", "account.password.short"},
		{"129 characters", strings.Repeat("ab9z", 32) + "x", "account.password.long"},
		{"128 characters of no pattern", "correct horse " + strings.Repeat("batteries and staples, ", 5)[:114], ""},
		{"a listed word in capitals", "PasswordPassword", "account.password.common"},
		{"a listed word with digits around it", "password123456", "account.password.common"},
		{"one character", "zzzzzzzzzzzzzz", "account.password.common"},
		{"a piece over and over", "abcdabcdabcdabcd", "account.password.common"},
		{"digits in order", "123456789012345", "account.password.common"},
		{"the product's name", "hegui-hegui-2026", ""},
		{"the person's name and a year", "niawalker2026", "account.password.common"},
		{"the mail address and signs", "nia.walker!!!", "account.password.common"},
		{"the name inside a sentence", "niawalker rides purple bicycles", ""},
		{"empty", "", "account.password.short"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var f problem.Fields
			ValidatePassword(&f, "password", c.password, "Niawalker", "nia.walker@test.example")
			got := ""
			if list, wrong := problem.FieldsOf(f.Err()); wrong {
				got = list[0].Key
			}
			if got != c.want {
				t.Errorf("%q: got %q, want %q", c.password, got, c.want)
			}
		})
	}
}

func TestCheckPassword(t *testing.T) {
	t.Parallel()
	salt := []byte("0123456789abcdef")
	hash := hashPassword("seven purple bicycles", salt)
	if !strings.HasPrefix(hash, "$argon2id$v=19$m=19456,t=2,p=1$") {
		t.Errorf("hash is %q", hash)
	}
	for _, c := range []struct {
		name, password, hash string
		want                 bool
	}{
		{"right", "seven purple bicycles", hash, true},
		{"wrong", "seven purple bicycle", hash, false},
		{"empty", "", hash, false},
		{"no account", "seven purple bicycles", "", false},
		{"no account and the password behind the stand-in", "", "", false},
		{"a broken row", "seven purple bicycles", "$argon2id$nonsense", false},
	} {
		if got := checkPassword(c.password, c.hash); got != c.want {
			t.Errorf("%s: got %v", c.name, got)
		}
	}
}
