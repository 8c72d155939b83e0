"""The accounts that exist in a demonstration (演示) only, by the names that sign in, and the one password of them all.

They are public: printed when a demonstration starts and used by the doors of its first screen. A database that is no
demonstration never has them.
"""

from __future__ import annotations

PASSWORD = "demo-jingzhou"
#: Everybody's own short code, by which a companion is confirmed.
CODE = "424242"
OFFICE = "demo-office"
ADMIN = "demo-admin"
COUNTY = "demo-county"
#: The second person whom a redraw takes.
OFFICE_TOO = "demo-office2"
#: Who holds the phone that is tried out.
INSPECTOR = "demo-a1"
#: Kept for the page ``/try``: these two are sent to 松滋市刘家场镇 (well inside its outline at its seat), where no other visit
#: of the demonstration is, so that one good accepted visit covers it.
TRY_ACCOUNT, TRY_COMPANION = "demo-try", "demo-try2"
TRY_TOWNSHIP = "421087112"
