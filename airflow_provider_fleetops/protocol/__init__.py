"""The pure core: no socket, no clock, no Airflow. Everything here is a value, a pure function or a flow."""
