// A mail transaction: what MAIL, RCPT and then DATA or BDAT have said so far (RFC 5321 §3.3).
// Must not know replies: Session puts in only what was accepted by the reply that was really said.
#pragma once

#include "smtp/message_content.hpp"

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace smtpsim::smtp {

/// Accepted forward-paths, in order. clear() keeps the strings' memory for the next transaction.
class Recipients {
public:
    void add(std::string_view mailbox);
    void clear() { size_ = 0; }
    std::size_t size() const { return size_; }
    std::span<const std::string> all() const { return {strings_.data(), size_}; }

private:
    std::vector<std::string> strings_; // the first size_ are in use
    std::size_t size_ = 0;
};

enum class Body : std::uint8_t { text, binary }; // binary: BODY=BINARYMIME (RFC 3030 §3)

struct Transaction {
    /// Another message begins: after DATA's 354, or with its first chunk.
    void begin_content();
    /// Forgets all of it. A long message's memory is given back, the rest is kept for the next.
    void clear();
    /// So many octets on the wire may be read before `content_stop`.
    std::uint64_t octets_until_stop() const;

    bool open = false; // MAIL was accepted; where a fault accepts RCPT alone, there is no MAIL
    std::string sender;
    Recipients recipients;
    std::uint64_t declared_octets = 0; // SIZE= (RFC 1870 §6.1)
    bool utf8 = false;                 // SMTPUTF8 (RFC 6531 §3.4)
    Body body = Body::text;
    bool chunked = false;      // BDAT was taken: DATA is out of order (RFC 3030 §2)
    bool chunk_failed = false; // BDAT was refused: only RSET is in order (RFC 3030 §2)

    MessageContent content;
    std::string text; // the message, where it is collected
    /// In octets on the wire: content is read up to here.
    std::uint64_t content_stop = std::numeric_limits<std::uint64_t>::max();
};

} // namespace smtpsim::smtp
