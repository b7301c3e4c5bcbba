#include "app/mode_option.hpp"

#include "app/cli.hpp"
#include "core/text.hpp"

#include <algorithm>

namespace smtpsim::app {

mode_t mode_option(const std::string& option, const std::string& text) {
    const auto is_octal = [](char c) { return c >= '0' && c <= '7'; };
    mode_t out = 0;
    if (text.size() <= 4 && std::ranges::all_of(text, is_octal))
        for (const char c : text) out = out * 8 + static_cast<mode_t>(c - '0');
    if (out == 0 || out > 0777)
        stop(Exit::bad_input,
             option + ": expected octal digits such as 0640, not " + visible(text));
    return out;
}

mode_t file_mode_option(const std::string& text) {
    const std::string option = "--file-mode";
    const mode_t out = mode_option(option, text);
    if ((out & 0600) != 0600)
        stop(Exit::bad_input, option + ": " + text + " keeps the owner out; write 0640, say");
    return out;
}

} // namespace smtpsim::app
