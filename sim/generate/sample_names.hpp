// Names that generated logs are about. None is anybody's: domains end as RFC 2606 and RFC 6761 say,
// or are the article's.
#pragma once

#include <array>
#include <string_view>

namespace smtpsim::smtplog {

inline constexpr std::array<std::string_view, 24> given_names{
    "anna",  "bruno", "carla", "david", "elena", "frank", "gerda",  "henri",
    "irene", "jane",  "karl",  "lucia", "marco", "nadia", "oscar",  "paula",
    "quinn", "rosa",  "simon", "tanya", "ulf",   "vera",  "walter", "yvonne"};
inline constexpr std::array<std::string_view, 20> family_names{
    "adler",  "baker", "costa",  "doe",   "evans", "fischer", "garcia", "holm",  "ivanov", "jensen",
    "keller", "lopez", "moreau", "novak", "olsen", "petrov",  "rossi",  "smith", "turner", "weber"};
inline constexpr std::array<std::string_view, 16> domains{
    "somewhere.com",       "elsewhere.com",   "host.com",         "office.example",
    "school.example",      "bakery.example",  "museum.example",   "press.example",
    "garage.example",      "clinic.example",  "library.example",  "harbour.example",
    "observatory.example", "orchard.example", "printers.example", "railway.example"};
inline constexpr std::array<std::string_view, 5> server_labels{"smtp", "mail", "relay", "mx1",
                                                               "post"};
inline constexpr std::array<std::string_view, 14> computers{
    "smtp-client", "reception", "frontdesk", "laptop2", "pc-17",   "accounts",    "workshop",
    "p133",        "nt-server", "library",   "kitchen", "gateway", "compaq-desk", "study"};

} // namespace smtpsim::smtplog
