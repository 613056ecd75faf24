select data from coherence where part = $1
