// What the tests of views share: a sink that remembers, and events that number themselves.
#pragma once

#include "sim/journal/journal.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <utility>

namespace smtpsim::journal {

struct TextSink : Sink {
    std::string text;
    int flushes = 0;

    void write(std::string_view octets) override { text += octets; }
    void flush() override { ++flushes; }
    std::string take() { return std::exchange(text, {}); }
};

/// 1996-08-01 22:22:27 UTC, when the article's log starts, if its client lives at -0500.
inline constexpr Tick log_start{std::chrono::seconds{838'938'147}};

/// Shows a view the events of one session after another, `after` log_start.
class Show {
public:
    explicit Show(View& view) : view_(view) {}

    void operator()(const Happening& what, Duration after = {}, std::uint64_t session = 1) {
        view_.show({++number_, session, log_start + after, what});
    }

private:
    View& view_;
    std::uint64_t number_ = 0;
};

} // namespace smtpsim::journal
