// Text with placeholders, as a profile writes replies: compiled once and rendered often.
#pragma once

#include "core/date.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace smtpsim::smtp {

enum class Placeholder : std::uint8_t {
    host,
    client,
    client_ip,
    sender,
    recipient,
    id,
    date,
    size,
    limit,
    verb,
    line,
    argument,
    capture_1,
    capture_2,
    capture_3,
    capture_4,
    capture_5,
    capture_6,
    capture_7,
    capture_8,
    capture_9,
};

struct PlaceholderRow {
    Placeholder placeholder;
    std::string_view name, summary;
};
/// In enum order; captures are written {1} to {9}.
inline constexpr std::array placeholder_table{
    PlaceholderRow{Placeholder::host, "host", "server.hostname"},
    PlaceholderRow{Placeholder::client, "client", "the name the client gave in HELO, EHLO or LHLO"},
    PlaceholderRow{Placeholder::client_ip, "client_ip", "the client's address"},
    PlaceholderRow{Placeholder::sender, "sender", "the reverse-path's mailbox"},
    PlaceholderRow{Placeholder::recipient, "recipient", "the mailbox in question"},
    PlaceholderRow{Placeholder::id, "id", "the message's id, in the form of server.ids"},
    PlaceholderRow{Placeholder::date, "date", "date and time in server.zone"},
    PlaceholderRow{Placeholder::size, "size", "octets: of the message, else as SIZE= declared"},
    PlaceholderRow{Placeholder::limit, "limit", "the limit that was met, else limits.message"},
    PlaceholderRow{Placeholder::verb, "verb", "the command's first word"},
    PlaceholderRow{Placeholder::line, "line", "the command line without its end"},
    PlaceholderRow{Placeholder::argument, "argument", "what follows its first word"},
};
/// As it is written between braces: "host", "1".
std::string_view name(Placeholder placeholder);

/// What placeholders stand for. Views live as long as the ProtocolEvent they describe.
struct Values {
    std::string_view host, client, client_ip, sender, recipient, id, verb, line;
    std::uint64_t size = 0, limit = 0;
    Tick at{};
    ZoneOffset zone{0};
    std::array<std::string_view, 9> captures{};
};

/// Text with placeholders. "{{" and "}}" stand for single braces.
class Template {
public:
    Template() = default;
    /// Errors: nullopt at a name that is not a placeholder or a brace without its partner; then
    /// `bad` holds it.
    static std::optional<Template> parse(std::string_view text, std::string_view& bad);
    /// Octets as they are, braces included.
    static Template literal(std::string_view octets);

    void append_literal(std::string_view octets);
    void append(const Template& other);

    /// Appends the text. Control octets in values are left out: a client cannot write reply lines.
    void render(const Values& values, std::string& out) const;
    bool uses(Placeholder placeholder) const;
    bool empty() const { return pieces_.empty(); }

private:
    struct Piece {
        std::string literal;
        std::optional<Placeholder> placeholder; // after the literal
    };
    std::vector<Piece> pieces_;
};

} // namespace smtpsim::smtp
