// The face of an external modem on a terminal: its lamps in the last line, what happens above them.
#pragma once

#include "serial/station/station.hpp"
#include "sim/journal/journal.hpp"

#include <mutex>
#include <string>
#include <string_view>

namespace smtpsim::app {

/// "AA CD OH RD SD TR MR" with those that are lit in reverse, speed and state of the call.
/// `sends`, `receives`: octets went from the terminal, to it, since the last look.
std::string lamps_line(const station::Station::Look& look, bool sends, bool receives);

class Lamps : public journal::Sink { // any thread
public:
    explicit Lamps(int terminal) : terminal_(terminal) {}
    ~Lamps() override; // leaves the cursor below them

    void show(const station::Station::Look& look);
    void write(std::string_view octets) override;
    void flush() override;

private:
    void draw();

    const int terminal_;
    std::mutex mutex_;
    std::string above_, line_, drawn_;
    std::uint64_t octets_in_ = 0, octets_out_ = 0;
};

} // namespace smtpsim::app
