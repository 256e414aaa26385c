// Gets one access token for a call and RTM from Latchkey. In a folder of its own:
//
//	go mod init example && go run access_token.go room-1 42
//
// Go 1.19 or later, standard library. Environment: LATCHKEY_URL, SERVICE_KEY.
package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"
)

var client = &http.Client{
	Timeout:       5 * time.Second,
	CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
}

// accessToken returns the whole response (JSON). Pass it on to the app: token, appId, expiresAt,
// renewAt and more. The uid must be that of your signed-in user. In RTM the user's id is its text.
func accessToken(channel string, uid uint32) ([]byte, error) {
	url, serviceKey := strings.TrimRight(setting("LATCHKEY_URL"), "/"), setting("SERVICE_KEY")
	if url == "" || serviceKey == "" {
		return nil, errors.New("LATCHKEY_URL or SERVICE_KEY is not set")
	}
	services := []map[string]any{
		{"type": "rtc", "channel": channel, "uid": uid, "role": "publisher"},
		{"type": "rtm", "userId": fmt.Sprint(uid)},
	}
	body, err := json.Marshal(map[string]any{"services": services, "expiresIn": 3600})
	if err != nil {
		return nil, err
	}
	request, err := http.NewRequest(http.MethodPost, url+"/v1/tokens", bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	request.Header.Set("Authorization", "Bearer "+serviceKey)
	request.Header.Set("Content-Type", "application/json")
	response, err := client.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	content, err := io.ReadAll(response.Body)
	if err != nil {
		return nil, err
	}
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("Latchkey returned %d: %s", response.StatusCode, content)
	}
	return content, nil
}

// uidOf refuses 0, which would let anyone in, and any text that is not a uid.
func uidOf(text string) (uint32, error) {
	uid, err := strconv.ParseUint(text, 10, 32)
	if err != nil || uid == 0 {
		return 0, errors.New("uid must be a whole number from 1 to 4294967295")
	}
	return uint32(uid), nil
}

func setting(name string) string {
	return strings.TrimSpace(os.Getenv(name))
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
	content, err := accessToken(args[0], uid)
	if err != nil {
		return err
	}
	fmt.Println(string(content))
	return nil
}
