"""Red flags of spine pain: present, or denied (assertion ``absent``)."""
