mod account;
mod join;
mod set_up;
mod sign_in;
mod sign_out;
