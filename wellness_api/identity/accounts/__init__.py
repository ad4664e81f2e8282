"""Who is asking: sign-in by printed code, sessions, gateways' signatures, enrolment."""
