delete from incoherence
