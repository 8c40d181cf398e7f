#!/usr/bin/env bash
# Field encryption with the openssl command and coreutils; lines as field_cipher.mjs reads and writes them.
# openssl enc has no GCM.
set -euo pipefail

to_hex() { basenc --base16 -w0; }
from_hex() { tr a-f A-F | basenc --base16 -d; }

key_of() { # derivation, secretKey
    case $1 in
    without-dashes) printf %s "${2//-/}" | to_hex ;;
    sha256) printf %s "$2" | openssl dgst -sha256 -r | cut -c 1-64 ;;
    first-32) printf %s "${2:0:32}" | to_hex ;;
    zero-padded) printf '%s%064d' "$(printf %s "$2" | to_hex)" 0 | cut -c 1-64 ;;
    esac
}

encode() {
    case $1 in
    base64-url) basenc --base64url -w0 | tr -d = ;;
    base64-url-padded) basenc --base64url -w0 ;;
    base64) basenc --base64 -w0 ;;
    hex) to_hex | tr A-F a-f ;;
    esac
}

decode() { # encoding, text
    case $1 in
    base64-url)
        local padding=$(((4 - ${#2} % 4) % 4))
        printf %s "$2$(printf '%.*s' $padding ===)" | basenc --base64url -d
        ;;
    base64-url-padded) printf %s "$2" | basenc --base64url -d ;;
    base64) printf %s "$2" | basenc --base64 -d ;;
    hex) printf %s "$2" | from_hex ;;
    esac
}

while IFS=$'\t' read -r task mode derivation encoding secret iv text; do
    key=$(key_of "$derivation" "$secret")
    case $task-$mode in
    encrypt-ecb) printf %s "$text" | openssl enc -aes-256-ecb -K "$key" | encode "$encoding" ;;
    encrypt-cbc-fixed) printf %s "$text" | openssl enc -aes-256-cbc -K "$key" -iv "$iv" | encode "$encoding" ;;
    encrypt-cbc-front)
        { printf %s "$iv" | from_hex && printf %s "$text" | openssl enc -aes-256-cbc -K "$key" -iv "$iv"; } |
            encode "$encoding"
        ;;
    decrypt-ecb) decode "$encoding" "$text" | openssl enc -d -aes-256-ecb -K "$key" ;;
    decrypt-cbc-fixed) decode "$encoding" "$text" | openssl enc -d -aes-256-cbc -K "$key" -iv "$iv" ;;
    decrypt-cbc-front)
        front=$(decode "$encoding" "$text" | to_hex | cut -c 1-32)
        decode "$encoding" "$text" | tail -c +17 | openssl enc -d -aes-256-cbc -K "$key" -iv "$front"
        ;;
    esac
    echo
done
