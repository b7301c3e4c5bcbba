// What the server is about to do: the stage, what the client said, and the healthy reply.
#pragma once

#include "smtp/finding.hpp"
#include "smtp/reply.hpp"
#include "smtp/stage.hpp"
#include "smtp/verb.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace smtpsim::smtp {

inline constexpr std::string_view hidden_text = "****"; // in a secret's place

/// All views live until the Session is asked for its next ProtocolEvent.
struct ProtocolEvent {
    Stage stage = Stage::other;
    Verb verb = Verb::unknown;
    std::string_view received; // the octets that caused it, as on the wire; secrets masked
    std::string_view line;     // the command without its end, as it was sent
    std::string_view secret;   // the part of it that must not be shown; empty: none
    std::string_view shown;    // the line, secrets masked
    std::string_view word;     // its first word; secrets masked
    std::string_view sender;   // of MAIL, else of the transaction
    std::string_view
        recipient; // of RCPT; LMTP: whose reply this is; the recipient that was refused
    std::span<const std::string> recipients; // accepted so far
    const Reply* reply = nullptr;            // null: a healthy server says nothing yet
    std::uint64_t content_octets = 0;        // stage content: on the wire so far
    std::uint64_t size = 0;                  // of the message, else as declared by SIZE=
    std::uint64_t limit = 0;
    std::string_view user; // who has logged in, or tries to
    bool utf8 = false;     // MAIL with SMTPUTF8
    bool binary = false;   // MAIL with BODY=BINARYMIME
    Duration late{0};      // a healthy server waits so long before this reply
    bool closes = false;   // a healthy server closes after this reply
    Findings findings;
};

} // namespace smtpsim::smtp
