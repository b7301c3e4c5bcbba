#include "sim/smtplog/log_difference.hpp"

#include "core/text.hpp"

#include <utility>

namespace smtpsim::smtplog {

std::size_t initial_response_at(std::string_view text) {
    constexpr std::string_view command = "AUTH ";
    if (text.size() < command.size() ||
        !equal_ignoring_case(text.substr(0, command.size()), command))
        return std::string_view::npos;
    const std::size_t mechanism_end = text.find(' ', command.size());
    return mechanism_end == std::string_view::npos ? mechanism_end : mechanism_end + 1;
}

bool Logins::shows(Kind kind, std::string_view text) {
    if (kind == Kind::received) asked_ = text.starts_with("334");
    if (kind != Kind::sent) return false;
    const auto is_secret = [](std::string_view response) { // "=": an empty one
        return response != "=" && response.find_first_not_of('*') != std::string_view::npos;
    };
    const bool answers = std::exchange(asked_, false) && is_secret(text);
    const std::size_t response = initial_response_at(text);
    return answers || (response != std::string_view::npos && is_secret(text.substr(response)));
}

bool is_closing(Kind kind, std::string_view text) {
    return kind == Kind::debug && text.starts_with("Connection to '") && text.ends_with("closed.");
}

} // namespace smtpsim::smtplog
