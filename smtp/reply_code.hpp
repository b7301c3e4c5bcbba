// Reply codes and enhanced codes as values (RFC 5321 §4.2, RFC 3463).
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace smtpsim::smtp {

class ReplyCode { // three digits
public:
    /// 2-5, then 0-5, then 0-9 (RFC 5321 §4.2): what a server may say.
    static constexpr std::optional<ReplyCode> from(int value) noexcept {
        if (value < 200 || value > 559 || value / 10 % 10 > 5) return std::nullopt;
        return ReplyCode{value};
    }
    /// Any three digits: what a server that goes wrong may say.
    static constexpr std::optional<ReplyCode> any(int value) noexcept {
        if (value < 0 || value > 999) return std::nullopt;
        return ReplyCode{value};
    }
    constexpr int value() const noexcept { return value_; }
    constexpr int severity() const noexcept { return value_ / 100; }
    constexpr bool positive() const noexcept { return severity() == 2; }
    constexpr bool operator==(const ReplyCode&) const = default;

private:
    constexpr explicit ReplyCode(int value) noexcept : value_(static_cast<std::int16_t>(value)) {}
    std::int16_t value_;
};
consteval ReplyCode operator""_reply(unsigned long long value) { // 650_reply does not compile
    return ReplyCode::from(static_cast<int>(value)).value();
}

struct EnhancedCode { // class.subject.detail (RFC 3463 §2)
    std::int16_t severity, subject, detail;
    constexpr bool operator==(const EnhancedCode&) const = default;
};
/// The code that decides for a client which reads these octets as a reply: that of the last line.
/// Errors: nullopt where that line does not begin with three digits and then a space, a hyphen or
/// its end. Source: RFC 5321 §4.2.1.
std::optional<ReplyCode> code_said(std::string_view octets);

/// Reads "4.2.0" at the start of `text`, as far as the next space or the end. Errors: nullopt.
/// Source: RFC 3463 §2.
std::optional<EnhancedCode> parse_enhanced(std::string_view text);

} // namespace smtpsim::smtp
