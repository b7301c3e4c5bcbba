// The hashes and responses of MS-CHAP: RFC 2433 Appendix A, RFC 2759 §8. All are octets.
#pragma once

#include <string>
#include <string_view>

namespace smtpsim::ppp {

/// NtPasswordHash. `password`: UTF-8.
std::string nt_hash(std::string_view password);
/// ChallengeResponse: 24 octets to a challenge of 8.
std::string nt_response(std::string_view challenge, std::string_view hash);
/// ChallengeHash: the 8 octets that version 2 answers. `user`: without its domain.
std::string challenge_hash(std::string_view peer_challenge, std::string_view challenge,
                           std::string_view user);
/// GenerateAuthenticatorResponse: "S=" and 40 hexadecimal digits.
std::string proof_of_password(std::string_view hash, std::string_view response,
                              std::string_view peer_challenge, std::string_view challenge,
                              std::string_view user);
/// The part after the last backslash.
std::string_view without_domain(std::string_view user);

std::string upper_hex(std::string_view octets);

} // namespace smtpsim::ppp
