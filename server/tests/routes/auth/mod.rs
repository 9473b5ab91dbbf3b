mod account;
mod forgot_password;
mod join;
mod reset_password;
mod set_up;
mod sign_in;
mod sign_out;
mod sso;
