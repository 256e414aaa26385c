// Signs a grant for one user. In a folder of its own:
//
//	go mod init grants && go get github.com/golang-jwt/jwt/v5
//	go run sign_grant.go room-1 42
//
// Go 1.19 or later, golang-jwt 5. Environment: GRANT_SECRET.
package main

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"strconv"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

// signGrant makes a grant for the app of a signed-in user. With it, the app gets keys for these
// channels for four hours.
func signGrant(channels []string, uid uint32) (string, error) {
	secret := os.Getenv("GRANT_SECRET")
	if secret == "" {
		return "", errors.New("GRANT_SECRET is not set")
	}
	id := make([]byte, 16)
	if _, err := rand.Read(id); err != nil {
		return "", err
	}
	now := time.Now()
	return jwt.NewWithClaims(jwt.SigningMethodHS256, jwt.MapClaims{
		"iss":             "business-server",
		"aud":             "latchkey",
		"sub":             fmt.Sprintf("user-%d", uid),
		"jti":             hex.EncodeToString(id),
		"iat":             now.Unix(),
		"exp":             now.Add(4 * time.Hour).Unix(),
		"channels":        channels,
		"uid":             uid,
		"maxKeyExpiresIn": 3600,
	}).SignedString([]byte(secret))
}

// uidOf refuses 0, which would let anyone in, and any text that is not a uid.
func uidOf(text string) (uint32, error) {
	uid, err := strconv.ParseUint(text, 10, 32)
	if err != nil || uid == 0 {
		return 0, errors.New("uid must be a whole number from 1 to 4294967295")
	}
	return uint32(uid), nil
}

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) != 2 {
		return errors.New("give a channel and a uid")
	}
	uid, err := uidOf(args[1])
	if err != nil {
		return err
	}
	grant, err := signGrant([]string{args[0]}, uid)
	if err != nil {
		return err
	}
	fmt.Println(grant)
	return nil
}
