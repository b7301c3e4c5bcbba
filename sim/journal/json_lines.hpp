// The Journal for programs: one JSON object a line, every octet recoverable. docs/journal.md is the
// format's reference, and what it promises to readers.
#pragma once

#include "sim/journal/journal.hpp"

#include <string>

namespace smtpsim::journal {

class JsonLines : public View {
public:
    explicit JsonLines(Sink& sink) : sink_(sink) {} // the sink outlives the view

    void show(const Event& event) override;
    void flush() override { sink_.flush(); }

private:
    Sink& sink_;
    std::string line_; // kept between events, so that a long conversation does not allocate
};

} // namespace smtpsim::journal
