// The login prompt of a provider's terminal server: a name, a password, three attempts. Octets in,
// octets out. Must not know PPP, the line or the clock.
#pragma once

#include "profiles/model/dialup.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace smtpsim::call {

class LoginPrompt {
public:
    static constexpr int refused_max = 3;
    static constexpr std::size_t line_octets_max = 256; // of a name or a password; the rest is lost

    /// `provider` outlives it.
    explicit LoginPrompt(const profiles::Provider& provider) : provider_(provider) {}

    enum class Result : std::uint8_t {
        waits,     // for more octets
        logged_in, // what is left of `in` came after the password
        frame,     // `in` begins with a frame of PPP: the caller does not wait for the prompt
    };

    /// Appends the banner and the first prompt.
    void begin(std::string& out);
    /// Takes octets off `in`; appends the echo of the name and the next prompt. The password has no
    /// echo.
    Result on_octets(std::string_view& in, std::string& out);
    /// Login has failed refused_max times: the terminal server hangs up.
    bool refused() const { return refused_ >= refused_max; }
    const std::string& name() const { return name_; } // empty: not yet typed

private:
    bool line_is_the_last(std::string& out);

    const profiles::Provider& provider_;
    bool at_password_ = false;
    std::string line_, name_;
    int refused_ = 0;
};

} // namespace smtpsim::call
