"""bleak's own API on a Bluetooth stack in this process (bumble), for any HCI that bumble can open.

`BleakScanner(..., backend=BumbleScanner, bumble=central)` and `BleakClient(device, backend=BumbleClient)`: nothing else
differs from the platform's backend. The HCI may be a USB dongle without BlueZ, or a virtual controller.
"""
