// The status line of an external modem on a terminal: its lamps in the last line, events above it.
#pragma once

#include "serial/call/modem_system.hpp"
#include "sim/journal/journal.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace smtpsim::app {

class ModemStatusLine : public journal::Sink { // any thread
public:
    explicit ModemStatusLine(int terminal) : terminal_(terminal) {}
    ~ModemStatusLine() override; // leaves the cursor below them

    /// "AA CD OH RD SD TR MR" with those that are lit in reverse, speed and state of the call; of
    /// each modem a row, which begins with `name` where there are others. RD, SD: octets went to
    /// the terminal, from it, since the last look. No row is wider than the terminal.
    void show(std::size_t modem, const std::string& name, const call::ModemSystem::Look& look);
    void write(std::string_view octets) override;
    void flush() override;

private:
    struct Row {
        std::string name;
        std::array<bool, 7> lit{};
        std::string text; // after the lamps
        std::uint64_t octets_in = 0, octets_out = 0;
    };
    std::string drawing() const;
    void draw();

    const int terminal_;
    std::mutex mutex_;
    std::vector<Row> rows_;
    std::string above_, drawn_;
    std::size_t rows_drawn_ = 0;
};

} // namespace smtpsim::app
