package main

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"time"
)

// mint signs the vendor's three claims with HS256; the token is valid for half an hour.
func mint(accessKey, secretKey string, now time.Time) (string, error) {
	claims, err := json.Marshal(map[string]any{
		"iss": accessKey, "exp": now.Add(30 * time.Minute).Unix(), "nbf": now.Add(-5 * time.Second).Unix(),
	})
	if err != nil {
		return "", err
	}
	encoding := base64.RawURLEncoding
	signed := encoding.EncodeToString([]byte(`{"alg":"HS256","typ":"JWT"}`)) + "." + encoding.EncodeToString(claims)
	signature := hmac.New(sha256.New, []byte(secretKey))
	signature.Write([]byte(signed))
	return signed + "." + encoding.EncodeToString(signature.Sum(nil)), nil
}
